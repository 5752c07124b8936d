// SPDX-License-Identifier: Apache-2.0
import { CircleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { errorMessage } from '@/api/http';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { Empty } from '@/widgets/states';

/** A page that fails to load or to draw leaves the rest of the application usable. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidMount(): void {
    window.addEventListener('popstate', this.forget);
  }

  override componentWillUnmount(): void {
    window.removeEventListener('popstate', this.forget);
  }

  forget = (): void => this.setState({ error: null });

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Page title="Something broke">
        <Card>
          <Empty
            icon={<CircleAlert />}
            title="This page could not be drawn"
            actions={
              <>
                <Button look="primary" onClick={() => window.location.reload()}>
                  Load again
                </Button>
                <Button onClick={() => window.location.assign('/')}>Start page</Button>
              </>
            }
          >
            <code>{errorMessage(this.state.error)}</code>
          </Empty>
        </Card>
      </Page>
    );
  }
}
