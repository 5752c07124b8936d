// SPDX-License-Identifier: Apache-2.0
// What is protected: a journey, a service, an endpoint of one, or what own queries say.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { sloSuggestionsQuery, type SloSubject } from '@/api/slo_queries';
import { chooseSubject, type SloDraft, type SubjectKind } from '@/model/slo_draft';
import { Card } from '@/widgets/card';
import { ChoiceField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { SubjectList } from './subject_list';
import { Choose } from './wizard_field';
import styles from './wizard.module.css';

const kinds: { value: SubjectKind; label: string }[] = [
  { value: 'journey', label: 'Journey' },
  { value: 'service', label: 'Service' },
  { value: 'endpoint', label: 'Endpoint' },
  { value: 'own', label: 'Own PromQL' },
];

export interface SectionProps {
  draft: SloDraft;
  set: (change: Partial<SloDraft>) => void;
}

interface SubjectSectionProps extends SectionProps {
  /** Whose endpoints are shown. */
  service: string;
  onService: (service: string) => void;
  chosen: SloSubject | null;
  onChoose: (subject: SloSubject) => void;
}

export function SubjectSection({ draft, set, service, onService, chosen, onChoose }: SubjectSectionProps) {
  const isEndpoint = draft.subject === 'endpoint';
  const known = useQuery(sloSuggestionsQuery());
  const all = known.data?.suggestions ?? [];
  const services = [...new Set(all.map((one) => one.service))].sort();
  const endpoints = useQuery({ ...sloSuggestionsQuery(service), enabled: isEndpoint && service !== '' });
  const query = isEndpoint && service !== '' ? endpoints : known;
  const shown = (query.data?.suggestions ?? []).filter((one) => one.kind === draft.subject);
  const choose = (one: SloSubject): void => {
    onChoose(one);
    set(chooseSubject(draft, one, draft.kind));
  };
  return (
    <Card
      title="1. What to protect"
      actions={
        <ChoiceField
          label="What to protect"
          value={draft.subject}
          choices={kinds}
          onChange={(subject) => set({ subject })}
        />
      }
    >
      {draft.subject === 'own' ? (
        <p className={styles['said']}>
          Any counters, histograms or queries that the server has: they are written below.
        </p>
      ) : (
        <>
          {isEndpoint && (
            <div className={styles['ofService']}>
              <span>Endpoints of</span>
              <Choose
                label="Service of the endpoints"
                value={service}
                choices={[
                  { value: '', label: 'choose a service' },
                  ...services.map((one) => ({ value: one, label: one })),
                ]}
                onChange={onService}
              />
            </div>
          )}
          {query.isPending ? (
            <Skeleton lines={4} />
          ) : query.isError ? (
            <Failure what="What telemetry knows" error={query.error} onRetry={() => void query.refetch()} />
          ) : isEndpoint && service === '' ? null : shown.length === 0 ? (
            <NothingSeen kind={draft.subject} />
          ) : (
            <SubjectList key={draft.subject} subjects={shown} chosen={chosen} onChoose={choose} />
          )}
        </>
      )}
    </Card>
  );
}

function NothingSeen({ kind }: { kind: SubjectKind }) {
  return (
    <Empty title={`No ${kind} was seen in spans`}>
      {kind === 'journey' ? (
        <>
          Journeys are spans named <code>cuj.NAME</code>, as <code>WithJourney</code> makes them, or any spans with the
          attribute <code>cuj.name</code>.
        </>
      ) : (
        <>
          They come with traces: <Link href="/send-data">send some</Link>, or write own PromQL.
        </>
      )}
    </Empty>
  );
}
