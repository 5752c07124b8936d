// SPDX-License-Identifier: Apache-2.0
// Makes or changes an objective: what to protect, what is good, how much is promised, who is told; and
// beside it what history would have made of it.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { sloQuery, sloSuggestionsQuery } from '@/api/slo_queries';
import { chooseSubject, draftOfSpec, emptySloDraft, type SloDraft, type SubjectKind } from '@/model/slo_draft';
import { Card, Page } from '@/widgets/card';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlParams } from '@/widgets/url_state';
import { SloForm } from './slo_form';

/** /slos/new, with kind, service, journey, operation and sli of what was offered in its address. */
export function NewSloPage() {
  const [params] = useUrlParams();
  const kind = (params.get('kind') ?? '') as SubjectKind | '';
  const service = params.get('service') ?? '';
  const isEndpoint = kind === 'endpoint';
  const query = useQuery({
    ...sloSuggestionsQuery(isEndpoint ? service : ''),
    enabled: kind !== '' && kind !== 'own',
  });
  const title = 'New objective';
  if (kind !== '' && kind !== 'own' && query.isPending) return <Waiting title={title} />;
  const found = query.data?.suggestions.find(
    (one) =>
      one.kind === kind &&
      one.service === service &&
      one.journey === (params.get('journey') ?? '') &&
      one.operation === (params.get('operation') ?? ''),
  );
  const sli = params.get('sli') === 'latency' ? 'latency' : 'availability';
  const start: SloDraft = found
    ? chooseSubject(emptySloDraft, found, sli)
    : { ...emptySloDraft, subject: kind || 'journey', kind: sli };
  return <SloForm title={title} start={start} chosen={found ?? null} service={service} />;
}

export function EditSloPage() {
  const { id = '' } = useParams<{ id: string }>();
  const query = useQuery({ ...sloQuery(decodeURIComponent(id), ''), refetchInterval: false });
  const title = 'Change the objective';
  if (query.isPending) return <Waiting title={title} />;
  if (query.isError) {
    return (
      <Page title={title}>
        <Card>
          <Failure what="The objective" error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      </Page>
    );
  }
  const { spec, name, file } = query.data;
  if (!spec) {
    return (
      <Page title={title}>
        <Card>
          <Empty
            title={`${name} is not changed here`}
            actions={<Link href={`/slos/${encodeURIComponent(query.data.id)}`}>Back to the objective</Link>}
          >
            It is defined in {file || 'another place'}.
          </Empty>
        </Card>
      </Page>
    );
  }
  return <SloForm title={title} start={draftOfSpec(spec)} chosen={null} service="" id={query.data.id} />;
}

function Waiting({ title }: { title: string }) {
  return (
    <Page title={title}>
      <Card>
        <Skeleton lines={10} />
      </Card>
    </Page>
  );
}
